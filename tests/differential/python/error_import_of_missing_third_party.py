# The libraries that are there are there; those that are not are missed as usual.
import requests
