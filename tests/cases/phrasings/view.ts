import { a } from "./a";

export function draw(width = 80, unused = 0): string {
  return a(width);
}

export class View {
  draw(width = 40): string {
    return draw(width);
  }

  hide(): void {}
}

export function fit(text: string, margin = 2): string {
  return text + margin;
}
