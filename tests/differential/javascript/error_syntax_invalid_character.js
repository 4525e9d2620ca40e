const price = 5€;
