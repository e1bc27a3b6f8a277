import { boolean, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const azureFunctions = plugin(
  config({
    timeout: number({ default: 600000 }),
    keepalive: number({ default: 60000 }),
    https: boolean({ default: true }),
    https_verify: boolean({ default: false }),
    apikey: string({ referenceable: true, encrypted: true }),
    clientid: string({ referenceable: true, encrypted: true }),
    appname: string({ required: true }),
    hostdomain: string({ required: true, default: "azurewebsites.net" }),
    routeprefix: string({ default: "api" }),
    functionname: string({ required: true }),
  }),
);
