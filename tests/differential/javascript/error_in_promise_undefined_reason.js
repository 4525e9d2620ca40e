new Promise((_, reject) => reject());
