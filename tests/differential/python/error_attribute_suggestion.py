class Settings:
    def __init__(self): self.colour = "red"
print(Settings().color)
