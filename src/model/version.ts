// The product's version, as `--version` prints it. A test holds it equal to package.json.

export const version = "0.1.0";
