"""spaCy's releases on loopback: its table of compatible models, and their wheels; on an embedded GitHub.

    from embedded_spacy import EmbeddedSpacy, pipeline_wheel

    with EmbeddedSpacy(tmp_path / "spacy") as spacy:                   # runs while the block does
        spacy.publish("en_core_web_sm", "3.8.0")                       # a wheel, and its row in compatibility.json
        spacy.publish("en_core_web_sm", "3.7.1", spacy="3.7")          # for another version of spaCy
        spacy.publish("en_core_web_md", "3.8.0", wheel=b"…", compatible=False)
        spacy.compatibility_url; spacy.download_url                    # what is in `spacy.about`
        spacy.wheel_url("en_core_web_sm", "3.8.0")
        spacy.endpoint, spacy.log, spacy.faults, spacy.repositories    # as of an EmbeddedGitHub

`spacy download` has the addresses of GitHub written into it: `embedded_proxy` brings it here. The pipelines are blank
ones with a sentencizer, a few kilobytes, made without spaCy; the real spaCy loads them.
"""

from embedded_spacy.pipelines import pipeline_wheel
from embedded_spacy.releases import EmbeddedSpacy

__all__ = ["EmbeddedSpacy", "pipeline_wheel"]
