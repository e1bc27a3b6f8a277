import { Document, isMap, isSeq, visit } from "yaml";

/** Objects as the documents of one YAML file, below some lines of comment. */
export function printManifest(comment: readonly string[], objects: readonly object[]): string {
  const documents = objects.map((object) => {
    const document = new Document(object, { aliasDuplicateObjects: false });
    // Lists of words read better in one line.
    visit(document, {
      Seq(_, node) {
        node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
      },
    });
    return document.toString({ lineWidth: 200, flowCollectionPadding: false });
  });
  return `${comment.map((line) => `# ${line}\n`).join("")}${documents.join("---\n")}`;
}
