// Reads a JSON list of AsciiDoc documents, and writes for each its HTML and what Asciidoctor says about it.
import { readFileSync } from "node:fs";
import asciidoctor from "@asciidoctor/core";

const processor = asciidoctor();

const results = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const logger = processor.MemoryLogger.create();
  processor.LoggerManager.setLogger(logger);
  const html = processor.convert(text, { safe: "secure", attributes: { showtitle: true } });
  return { html, messages: logger.getMessages().map((message) => String(message.getText())) };
});
process.stdout.write(JSON.stringify(results));
