import { boolean, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const grpcWeb = plugin(
  config({
    proto: string({ required: false }),
    pass_stripped_path: boolean({ required: false }),
    allow_origin_header: string({ required: false, default: "*" }),
  }),
);
