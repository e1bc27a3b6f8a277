import { styleText } from "node:util";

/** How the demo speaks: in colour where it is a terminal. */
export interface Printer {
  title(text: string): void;
  step(text: string): void;
  /** A line of the controller's log. */
  log(line: string): void;
  request(asked: string, answered: string, right: boolean): void;
  plain(text: string): void;
}

export function terminalPrinter(stream: NodeJS.WriteStream): Printer {
  const style = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });
  const line = (text: string) => void stream.write(`${text}\n`);
  return {
    title: (text) => line(`\n${style(["bold", "cyan"], text)}`),
    step: (text) => line(`${style("cyan", "▸")} ${text}`),
    log: (text) =>
      line(`  ${style("dim", "│")} ${/^\S+ error/.test(text) ? style("yellow", text) : style("dim", text)}`),
    request: (asked, answered, right) =>
      line(`${right ? style("green", "✓") : style("red", "✗")} ${asked}\n    ${style("bold", answered)}`),
    plain: line,
  };
}
