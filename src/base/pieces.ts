/** A text as bytes (UTF-8) in pieces, of which others may hold the same: two versions of a large text differ in few of them. */
export class Pieces {
  readonly list: readonly Uint8Array[];
  /** In bytes. */
  readonly length: number;

  constructor(list: readonly Uint8Array[]) {
    this.list = list;
    this.length = list.reduce((sum, piece) => sum + piece.length, 0);
  }

  static of(text: string): Pieces {
    return new Pieces([Buffer.from(text)]);
  }

  toString(): string {
    return Buffer.concat(this.list).toString("utf8");
  }
}
