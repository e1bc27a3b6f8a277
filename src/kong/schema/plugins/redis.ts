import type { Field, Fields } from "../field.ts";
import { boolean, integer, moved, type RecordParts, record, string } from "../notation.ts";
import { host, port, sni, timeout } from "../typedefs.ts";

/** The connection to a Redis server, with what a plugin adds to it. */
export const redis = (more: Fields = {}, parts: RecordParts = {}): Field =>
  record(
    {
      host: host(),
      port: port({ default: 6379 }),
      timeout: timeout({ default: 2000 }),
      username: string({ referenceable: true }),
      password: string({ lenMin: 0, referenceable: true, encrypted: true }),
      database: integer({ default: 0 }),
      ssl: boolean({ required: false, default: false }),
      ssl_verify: boolean({ required: false, default: false }),
      server_name: sni({ required: false }),
      ...more,
    },
    { required: true, ...parts },
  );

/** The names that these fields had before they stood together. */
export const formerRedis = {
  redis_host: moved(string(), "redis", "host"),
  redis_port: moved(integer(), "redis", "port"),
  redis_password: moved(string({ lenMin: 0 }), "redis", "password"),
  redis_username: moved(string(), "redis", "username"),
  redis_ssl: moved(boolean(), "redis", "ssl"),
  redis_ssl_verify: moved(boolean(), "redis", "ssl_verify"),
  redis_server_name: moved(string(), "redis", "server_name"),
  redis_timeout: moved(integer(), "redis", "timeout"),
  redis_database: moved(integer(), "redis", "database"),
};
