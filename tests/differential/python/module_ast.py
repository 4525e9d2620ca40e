import ast

tree = ast.parse("def f(x, *, y=2):\n    return [i ** y for i in x if i]\n")
print(ast.dump(tree, indent=1))
print(ast.unparse(tree))

class Swap(ast.NodeTransformer):
    def visit_Pow(self, node): return ast.Mult()

names = {}
exec(compile(ast.fix_missing_locations(Swap().visit(tree)), "made.py", "exec"), names)
print(names["f"]([0, 1, 5]), ast.literal_eval("{'a': (1, 2.5, None)}"))
