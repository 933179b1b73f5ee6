// Classes of characters, by code.

export const newline = 10;
export const space = 32;
export const quote = 34;

export const isUpper = (code: number): boolean => code >= 65 && code <= 90;
export const isLower = (code: number): boolean => code >= 97 && code <= 122;
export const isLetter = (code: number): boolean => isUpper(code) || isLower(code);
export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** What words and names are made of. */
export const isWordCode = (code: number): boolean => isLetter(code) || isDigit(code);
