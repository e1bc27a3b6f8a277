import { boolean, conditional, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, port } from "../typedefs.ts";

export const ldapAuth = plugin(
  config(
    {
      ldap_host: host({ required: true }),
      ldap_port: port({ required: true, default: 389 }),
      ldaps: boolean({ required: true, default: false }),
      start_tls: boolean({ required: true, default: false }),
      verify_ldap_host: boolean({ required: true, default: false }),
      base_dn: string({ required: true }),
      attribute: string({ required: true }),
      cache_ttl: number({ required: true, default: 60 }),
      hide_credentials: boolean({ required: true, default: false }),
      timeout: number({ default: 10000 }),
      keepalive: number({ default: 60000 }),
      anonymous: string(),
      header_type: string({ default: "ldap" }),
      realm: string({ required: false }),
    },
    {
      checks: [
        conditional(
          "ldaps",
          { eq: true },
          "start_tls",
          { eq: false },
          "'ldaps' and 'start_tls' cannot be enabled simultaneously",
        ),
      ],
    },
  ),
  { protocols: "http", never: ["consumer"] },
);
