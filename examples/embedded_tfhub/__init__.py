"""A faithful little TF Hub on loopback, of SavedModels that TensorFlow loads; for the tests.

    from embedded_tfhub import EmbeddedTfHub, linear

    with EmbeddedTfHub() as hub:                                  # runs while the block does
        hub.publish("acme/linear", linear(seed="v1"))              # version 1; returns the number
        hub.publish("acme/linear", linear((1.0, 2.0, 3.0, 4.0)))   # version 2, which `acme/linear` now means
        hub.publish("acme/moved", linear(), kaggle="acme/moved/tensorFlow2/base")   # sent on, as tfhub.dev does
        hub.publish_archive("acme/hostile", b"…")                  # any bytes instead of a well-made archive
        hub.withdraw("acme/linear", 1)                             # 404 from now on
        f"{hub.endpoint}/acme/linear/2"                            # a handle for hub.load
        hub.log.count(r"/acme/linear", method="GET"); hub.faults.add(…)

Protocol: tensorflow.org/hub/hosting.
"""

from embedded_tfhub.saved_models import linear
from embedded_tfhub.server import EmbeddedTfHub

__all__ = ["EmbeddedTfHub", "linear"]
