exports.name = module.parent.id + module.children.length;
