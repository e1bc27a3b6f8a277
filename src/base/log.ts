import { pino } from "pino";

export type LogLevel = "error" | "info" | "debug" | "trace";
export type LogFormat = "text" | "json";
export type LogFields = Readonly<Record<string, unknown>>;

/** What every folder logs through. It is passed in; there is no global one. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  /** A log whose lines carry `logger: name`. */
  named(name: string): Log;
}

/** Takes whole lines, newline included. */
export interface LogSink {
  write(line: string): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly sink: LogSink;
  /** The time that a line carries, ms since 1970. */
  readonly now: () => number;
}

/** Writes lines with the keys `time` (RFC 3339), `level`, `logger`, `msg` and the given fields (KIC's keys). Errors in fields are shown by their message. */
export function createLog(options: LogOptions): Log {
  const sink = options.format === "json" ? options.sink : { write: (line: string) => options.sink.write(asText(line)) };
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return wrap(root);
}

/** Throws everything away. */
export const silentLog: Log = {
  error: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
  named: () => silentLog,
};

function ignore(): void {
  // A log without a sink.
}

interface Writer {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  trace(fields: object, message: string): void;
  child(bindings: object): Writer;
}

function wrap(writer: Writer): Log {
  return {
    error: (message, fields) => writer.error(plain(fields), message),
    info: (message, fields) => writer.info(plain(fields), message),
    debug: (message, fields) => writer.debug(plain(fields), message),
    trace: (message, fields) => writer.trace(plain(fields), message),
    named: (name) => wrap(writer.child({ logger: name })),
  };
}

function plain(fields: LogFields | undefined): object {
  if (fields === undefined) return {};
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) out[key] = value instanceof Error ? messageOf(value) : value;
  return out;
}

/** An error's message with the messages of its causes behind it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `: ${messageOf(error.cause)}`;
  return `${error.message || error.name}${cause}`;
}

/** `2026-01-01T00:00:00.000Z info  setup: message key=value`. */
function asText(line: string): string {
  const { time, level, logger, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = logger === undefined ? "" : `${String(logger)}: `;
  const rest = Object.entries(fields).map(
    ([k, v]) => ` ${k}=${typeof v === "string" && /^[\w./:@-]+$/.test(v) ? v : JSON.stringify(v)}`,
  );
  return `${String(time)} ${String(level).padEnd(5)} ${name}${String(msg)}${rest.join("")}\n`;
}
