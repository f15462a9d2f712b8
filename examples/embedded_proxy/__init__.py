"""A web proxy on loopback that leads chosen hosts of the internet to embedded servers, and refuses all others.

    from embedded_proxy import EmbeddedProxy

    hosts = {"github.com": github.endpoint, "api.github.com": github.endpoint, "download.pytorch.org": files.endpoint}
    with EmbeddedProxy(tmp_path / "proxy", hosts) as proxy:
        subprocess.run([python, "-c", "import torch; torch.hub.load('acme/vision', 'small')"],
                       env=environment | proxy.environment())
        proxy.refused                                                  # hosts that somebody tried to reach

For programs with addresses of hubs written into them (`torch.hub`, `spacy download`, `whisper`): they run as they are,
and trust a certificate that was made for this proxy, by the program `openssl`.
"""

from embedded_proxy.proxy import EmbeddedProxy

__all__ = ["EmbeddedProxy"]
