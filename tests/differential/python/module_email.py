from email.message import EmailMessage
from email import message_from_string, policy, utils

m = EmailMessage()
m["Subject"], m["From"], m["To"] = "Grüße", "Ann <a@example.org>", "b@example.org"
m.set_content("Hello\nwörld\n")
m.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="x.bin")
m.set_boundary("=-=")
print(m.as_string())
parsed = message_from_string(m.as_string(), policy=policy.default)
print(parsed["subject"], parsed.get_body().get_content(), [p.get_filename() for p in parsed.iter_attachments()])
print(utils.parsedate_to_datetime("Tue, 03 Feb 2015 00:00:00 +0100"), utils.formataddr(("Ü", "x@y.z")))
