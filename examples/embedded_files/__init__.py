"""A web server of static files on loopback, such as those that hold weights; for models that code loads by their URL.

    from embedded_files import EmbeddedFiles

    with EmbeddedFiles() as files:                                     # runs while the block does
        url = files.put("/models/resnet-0123abcd.pth", b"…")           # or a path of this machine; returns the URL
        files.put("/models/resnet-0123abcd.pth", b"…")                 # replaced: another ETag, the next Last-Modified
        files.put("/x.pth", b"…", etag="weak", dated=False, ranges=False, kind="text/plain", disposition="x.pth")
        files.put("/x.pth", b"…", length=7)                            # announces seven bytes whatever comes
        files.put("/x.pth", b"…", length=None)                         # chunked: announces nothing
        files.redirect("/latest.pth", "/models/resnet-0123abcd.pth")   # or to another origin; status=301 and so on
        files.remove("/x.pth")
        files.put("/y.pth", b"…", token="s3cret")                      # 401 to who has no such token
        files.faults.add(Truncate(keep=100), path="resnet"); files.log.count("resnet", method="GET")

A client that a proxy leads here is answered as by the host it asks for where there is a file of that host:
`files.put("/models/x.pth", b"…", host="download.pytorch.org")`. The faults are those of `embedded_hub.faults`.
"""

from embedded_files.server import EmbeddedFiles, Entity

__all__ = ["EmbeddedFiles", "Entity"]
