// The item in the status bar: what specedit is doing, and what the last edit cost.

import * as vscode from 'vscode';

interface Cost {
  tokens: number;
  copied: number;
  seconds: number;
}

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('specedit', vscode.StatusBarAlignment.Right, 100);
  private last = '';

  constructor() {
    this.item.name = 'specedit';
    this.show('$(loading~spin)', 'specedit is starting', 'specedit.showLog');
    this.item.show();
  }

  ready(): void {
    this.show('$(edit)', `Edit with an instruction${this.last}`, 'specedit.ask');
  }

  busy(edits: number): void {
    void vscode.commands.executeCommand('setContext', 'specedit.busy', edits > 0);
    if (edits) {
      this.show('$(sync~spin)', 'Stop the edit', 'specedit.cancel');
    } else {
      this.ready();
    }
  }

  done({ tokens, copied, seconds }: Cost): void {
    this.last = `\n\nLast edit: ${tokens} tokens in ${seconds.toFixed(1)} s, ${Math.round(100 * copied)}% copied`;
  }

  failed(why: string): void {
    this.show('$(error)', `specedit: ${why}`, 'specedit.restart');
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(icon: string, tooltip: string, command: string): void {
    this.item.text = `${icon} specedit`;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
    this.item.command = command;
  }
}
