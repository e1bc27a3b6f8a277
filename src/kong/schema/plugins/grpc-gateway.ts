import { string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const grpcGateway = plugin(config({ proto: string({ required: false }) }));
