import { Document, isScalar, visit } from "yaml";

/** Lists of words that come to no more characters than this stand in one line. */
const ONE_LINE = 90;

/** Objects as the documents of one YAML file, below some lines of comment. */
export function printManifest(comment: readonly string[], objects: readonly object[]): string {
  const documents = objects.map((object) => {
    const document = new Document(object, { aliasDuplicateObjects: false });
    visit(document, {
      Seq(_, node) {
        const words = node.items.filter(isScalar).map(({ value }) => String(value));
        node.flow = words.length === node.items.length && words.join(", ").length <= ONE_LINE;
      },
    });
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  });
  return `${comment.map((line) => `# ${line}\n`).join("")}${documents.join("---\n")}`;
}
