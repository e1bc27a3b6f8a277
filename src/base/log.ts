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
  /** Clears the message and every text in the fields of what must not be seen. */
  readonly redact?: (text: string) => string;
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
  return wrap(root, options.redact ?? ((text) => text));
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
  isLevelEnabled(level: LogLevel): boolean;
}

function wrap(writer: Writer, redact: (text: string) => string): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (writer.isLevelEnabled(level)) writer[level](plain(fields ?? {}, redact), redact(message));
  };
  return {
    error: at("error"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
    named: (name) => wrap(writer.child({ logger: name }), redact),
  };
}

/** The value with errors as their messages, and every text in it redacted. */
function plain<T extends object>(value: T, redact: (text: string) => string): object;
function plain(value: unknown, redact: (text: string) => string): unknown;
function plain(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (value instanceof Error) return redact(messageOf(value));
  if (Array.isArray(value)) return value.map((item) => plain(item, redact));
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON(), redact);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), plain(item, redact)]));
}

/** An error's message with the messages of its causes behind it. Of the file system's the words only: whoever reads a file names it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `: ${messageOf(error.cause)}`;
  return `${fileSystemWords(error) ?? (error.message || error.name)}${cause}`;
}

/** `no such file or directory` of `ENOENT: no such file or directory, open '/x'`, as Node puts the errors of the file system. */
function fileSystemWords(error: Error): string | undefined {
  if (!("code" in error && "syscall" in error && "path" in error)) return undefined;
  const [start, end] = [`${String(error.code)}: `, `, ${String(error.syscall)} '`];
  const to = error.message.indexOf(end);
  return error.message.startsWith(start) && to > 0 ? error.message.slice(start.length, to) : undefined;
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
