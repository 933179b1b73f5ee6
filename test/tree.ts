// The files of this project as the tests of the whole see them: tracked or about to be, never
// what was built or installed.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const left = new Set(["node_modules", "dist", ".git", ".bench", "coverage"]);

/** Every file below a folder, by its path from the project's folder with `/` between the parts. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (left.has(entry.name) || entry.name.endsWith(".tgz")) return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

export const sizeOf = (path: string): number => statSync(join(root, path)).size;

export const isTest = (path: string): boolean => path.endsWith(".test.ts");

export function syntaxOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2023, true);
}

/** Visits every node of a file. */
export function eachNode(file: ts.Node, visit: (node: ts.Node) => void): void {
  visit(file);
  file.forEachChild((child) => eachNode(child, visit));
}

/** The files of this project that a file imports or re-exports from, types included. */
export function importsOf(path: string): readonly string[] {
  const found: string[] = [];
  eachNode(syntaxOf(path), (node) => {
    const specifier = specifierOf(node);
    if (specifier?.startsWith(".") === true) {
      found.push(posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts"));
    }
  });
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal.text : undefined;
  }
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  const [argument] = node.arguments;
  return argument !== undefined && ts.isStringLiteral(argument) ? argument.text : undefined;
}
