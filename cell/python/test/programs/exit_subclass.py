class Mine(SystemExit):
    @property
    def code(self):
        print("asked")
        return 7
raise Mine
