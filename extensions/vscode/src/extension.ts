// specedit in VS Code: starts the language server, asks for instructions, shows what becomes of them.

import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  CancellationTokenSource,
  LanguageClient,
  LSPErrorCodes,
  ProgressType,
  ResponseError,
  State,
  WorkDoneProgress,
  type ExecuteCommandSignature,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { Status } from './status';

/** What the server is asked for: `specedit/applyEdit`. */
interface Asked {
  textDocument: { uri: string; version?: number };
  range?: { start: Place; end: Place };
  instruction?: string;
  snippet?: string;
}

interface Place {
  line: number;
  character: number;
}

/** What became of it. `overlapping`: lines where the user's changes and the edit's met. */
interface Done {
  applied: boolean;
  message: string;
  hunks: number;
  overlapping: number[];
  tokens: number;
  copied: number;
  seconds: number;
}

interface Hunks {
  hunks: { range: { start: Place; end: Place }; newText: string }[];
}

const UNDO = 'specedit.undo';
const READABLE_MS = 700;
const CHOSEN_BY_USER = ['serverPath', 'address', 'accept', 'verify', 'rename'];

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('specedit', { log: true });
  const status = new Status();
  const edits = new Edits(status);
  context.subscriptions.push(log, status, edits);

  const start = async (): Promise<void> => {
    await client?.dispose();
    client = newClient(context.extensionPath, log, status);
    try {
      await client.start();
    } catch (error) {
      status.failed(`${error}`);
      await offerSettings();
    }
  };
  const commands: Record<string, (where?: Asked) => unknown> = {
    'specedit.ask': (where) => edits.ask(where ?? selection()),
    'specedit.review': () => edits.ask(selection(), true),
    'specedit.paste': (where) => edits.paste(where ?? selection()),
    'specedit.cancel': () => edits.cancel(),
    'specedit.restart': start,
    'specedit.showLog': () => log.show(),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (CHOSEN_BY_USER.some((name) => change.affectsConfiguration(`specedit.${name}`))) {
        void start();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function newClient(folder: string, log: vscode.LogOutputChannel, status: Status): LanguageClient {
  const settings = vscode.workspace.getConfiguration('specedit');
  const args = ['lsp', ...chosen(settings, 'accept'), ...chosen(settings, 'verify')];
  const address = settings.get('address', '');
  if (address) {
    args.push('--server', address);
  }
  // By default it would run in the workspace, whose files are nobody's program.
  const server: ServerOptions = {
    command: program(settings.get('serverPath', 'specedit')),
    args,
    options: { cwd: folder },
  };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
    outputChannel: log,
    // The commands of a code action that are ours, and whether the editor's own rename is.
    initializationOptions: { canAsk: true, canPaste: true, rename: settings.get('rename', false) },
    middleware: { executeCommand: withDocument },
  };
  const made = new LanguageClient('specedit', 'specedit', server, options);
  made.onDidChangeState(({ newState }) => {
    if (newState === State.Running) {
      status.ready();
    } else if (newState === State.Stopped) {
      status.failed('the language server is not running');
    }
  });
  return made;
}

/** A setting as an option, if the user has chosen it: else files of specedit's own may say it. */
function chosen(settings: vscode.WorkspaceConfiguration, name: string): string[] {
  const said = settings.inspect<string>(name);
  const isChosen = said?.workspaceFolderValue ?? said?.workspaceValue ?? said?.globalValue;
  return isChosen ? [`--${name}`, settings.get(name, isChosen)] : [];
}

/** A path that is not absolute means one in the workspace, if that is trusted; a name is looked for on the PATH. */
function program(serverPath: string): string {
  const workspace = vscode.workspace.workspaceFolders?.[0];
  const isName = path.basename(serverPath) === serverPath;
  if (isName || !workspace || !vscode.workspace.isTrusted) {
    return serverPath;
  }
  return path.resolve(workspace.uri.fsPath, serverPath);
}

/** Runs a command of the server's; one that comes from the palette is meant for the active document. */
async function withDocument(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  const where = args.length ? undefined : selection();
  const done = (await next(command, where ? [where] : args)) as Done | undefined;
  if (command === UNDO && done) {
    tell(done);
  }
  return done;
}

async function offerSettings(): Promise<void> {
  const open = 'Open Settings';
  const chosen = await vscode.window.showErrorMessage(
    'specedit does not start. Install it from its repository (README, Install), or say where it is in specedit.serverPath.',
    open,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'specedit.serverPath');
  }
}

/** The active document, and its selection. */
function selection(): Asked | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showWarningMessage('specedit: no file is open');
    return undefined;
  }
  const { document } = editor;
  const { start, end } = editor.selection;
  return { textDocument: { uri: document.uri.toString(), version: document.version }, range: { start, end } };
}

function tell(done: Done): void {
  if (!done.applied || done.overlapping?.length) {
    void vscode.window.showWarningMessage(`specedit: ${done.message}`);
  }
}

/** The edits under way. */
class Edits implements vscode.Disposable {
  private readonly running = new Set<CancellationTokenSource>();
  private readonly pending = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
    isWholeLine: true,
  });
  private next = 0;

  constructor(private readonly status: Status) {}

  /** Edits by an instruction that the user is asked for. `review`: whatever the settings say. */
  async ask(where: Asked | undefined, review?: boolean): Promise<void> {
    if (!where) {
      return;
    }
    const value = where.instruction ?? '';
    const instruction = await vscode.window.showInputBox({
      title: where.range && !isEmpty(where.range) ? 'specedit: edit the selection' : 'specedit: edit the file',
      prompt: 'What is to be changed?',
      placeHolder: 'rename fetch to load',
      value,
      valueSelection: [value.length, value.length],
      ignoreFocusOut: true,
    });
    if (instruction?.trim()) {
      await this.apply({ ...current(where), instruction }, review);
    }
  }

  /** Merges what is on the clipboard. */
  async paste(where: Asked | undefined): Promise<void> {
    if (!where) {
      return;
    }
    const snippet = await vscode.env.clipboard.readText();
    if (snippet.trim()) {
      await this.apply({ ...current(where), snippet });
    } else {
      void vscode.window.showWarningMessage('specedit: the clipboard holds no text');
    }
  }

  cancel(): void {
    this.running.forEach((source) => source.cancel());
  }

  dispose(): void {
    this.cancel();
    this.pending.dispose();
  }

  private async apply(asked: Asked, review?: boolean): Promise<void> {
    if (!client?.isRunning()) {
      void vscode.window.showWarningMessage('specedit: the language server is not running');
      return;
    }
    const source = new CancellationTokenSource();
    const workDoneToken = `specedit-progress-${this.next}`;
    const partialResultToken = `specedit-hunks-${this.next++}`;
    review ??= vscode.workspace.getConfiguration('specedit').get('review', false);
    const shown = vscode.Disposable.from(
      showProgress(client, workDoneToken, source),
      this.showAsTheyCome(client, asked.textDocument.uri, partialResultToken),
    );
    this.running.add(source);
    this.status.busy(this.running.size);
    try {
      const params = { ...asked, review, workDoneToken, partialResultToken };
      const done: Done = await client.sendRequest('specedit/applyEdit', params, source.token);
      tell(done);
      this.status.done(done);
    } catch (error) {
      const code = error instanceof ResponseError ? error.code : undefined;
      if (code !== LSPErrorCodes.RequestCancelled && code !== LSPErrorCodes.ServerCancelled) {
        void vscode.window.showWarningMessage(`specedit: ${error instanceof Error ? error.message : error}`);
      }
    } finally {
      shown.dispose();
      source.dispose();
      this.running.delete(source);
      this.status.busy(this.running.size);
    }
  }

  /** Marks the lines that the model has agreed to change, until the edit is applied. */
  private showAsTheyCome(from: LanguageClient, uri: string, token: string): vscode.Disposable {
    const ranges: vscode.DecorationOptions[] = [];
    const show = (options: vscode.DecorationOptions[]): void => {
      for (const editor of vscode.window.visibleTextEditors) {
        if (editor.document.uri.toString() === uri) {
          editor.setDecorations(this.pending, options);
        }
      }
    };
    const coming = from.onProgress(new ProgressType<Hunks>(), token, ({ hunks }) => {
      for (const { range, newText } of hunks) {
        const { start, end } = range;
        ranges.push({
          range: new vscode.Range(start.line, start.character, end.line, end.character),
          hoverMessage: new vscode.MarkdownString().appendCodeblock(newText),
        });
      }
      show(ranges);
    });
    return new vscode.Disposable(() => {
      coming.dispose();
      show([]);
    });
  }
}

/** Shows how far an edit is, with a button to stop it, unless it is done before one could read that. */
function showProgress(
  from: LanguageClient,
  token: string,
  source: CancellationTokenSource,
): vscode.Disposable {
  let title = 'specedit';
  let show: (message: string) => void = () => {};
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const location = vscode.ProgressLocation.Notification;
  const waiting = setTimeout(() => {
    void vscode.window.withProgress({ location, title, cancellable: true }, (progress, cancel) => {
      cancel.onCancellationRequested(() => source.cancel());
      show = (message) => progress.report({ message });
      return finished;
    });
  }, READABLE_MS);
  const coming = from.onProgress(WorkDoneProgress.type, token, (value) => {
    if (value.kind === 'begin') {
      title = value.title;
    } else if (value.message) {
      show(value.message);
    }
  });
  return new vscode.Disposable(() => {
    clearTimeout(waiting);
    coming.dispose();
    finish();
  });
}

/** What is asked of a whole document, as it is by now: the user may have typed while the box was open. A selection may
 * have moved meanwhile; it keeps its version, so that the server can tell. */
function current(where: Asked): Asked {
  if (where.range && !isEmpty(where.range)) {
    return where;
  }
  const { uri } = where.textDocument;
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  return { ...where, textDocument: { uri, version: document?.version } };
}

function isEmpty({ start, end }: { start: Place; end: Place }): boolean {
  return start.line === end.line && start.character === end.character;
}
