import fs from 'fs'; export default typeof fs; export const here = import.meta.url; await null;
