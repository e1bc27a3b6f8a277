export const units: readonly import("./compiler.ts").Unit[] = [];
