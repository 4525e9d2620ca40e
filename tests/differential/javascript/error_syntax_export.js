console.log('before');
export const x = 1;
