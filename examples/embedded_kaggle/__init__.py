"""A faithful little Kaggle Models on loopback; for the tests.

    from embedded_kaggle import EmbeddedKaggle

    with EmbeddedKaggle() as kaggle:                             # port=7777 for KAGGLE_API_ENVIRONMENT=TEST
        handle = "acme/classifier/pyTorch/base"                  # owner/model/framework/variation
        kaggle.publish(handle, {"model.safetensors": b"…"}, notes="First", licence="Apache 2.0")    # 1; the number
        kaggle.publish(handle, {…}, base="acme/encoder/pyTorch/small")
        kaggle.withdraw(handle, 1)                               # 404 from now on
        kaggle.describe("acme/classifier", title="…", subtitle="…", description="…", private=True, gated=True)
        kaggle.users["key-of-ada"] = "ada"; kaggle.consent("acme/classifier", "ada")
        kaggle.endpoint                                          # `/v1/…` and `/api/v1/…` below it
        kaggle.log.count("DownloadModelInstanceVersion"); kaggle.faults.add(…)

The interface is that of kagglesdk 0.1.37: every call as POST of JSON to `/api/v1/models.ModelApiService/<Call>`, and as
GET of the path that its request type names. Bytes come from another origin, which refuses credentials.
"""

from embedded_kaggle.server import EmbeddedKaggle

__all__ = ["EmbeddedKaggle"]
