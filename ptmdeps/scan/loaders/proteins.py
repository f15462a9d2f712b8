"""Protein language models: ``esm`` of Meta (``fair-esm``, read in 2.0.0), and of EvolutionaryScale as documented."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

_NAMES = (
    *("esm1_t34_670M_UR50S", "esm1_t34_670M_UR50D", "esm1_t34_670M_UR100", "esm1_t12_85M_UR50S", "esm1_t6_43M_UR50S"),
    *("esm1b_t33_650M_UR50S", "esm_msa1_t12_100M_UR50S", "esm_msa1b_t12_100M_UR50S", "esm_if1_gvp4_t16_142M_UR50"),
    *("esm1v_t33_650M_UR90S", *(f"esm1v_t33_650M_UR90S_{number}" for number in range(1, 6))),
    *("esm2_t6_8M_UR50D", "esm2_t12_35M_UR50D", "esm2_t30_150M_UR50D", "esm2_t33_650M_UR50D", "esm2_t36_3B_UR50D"),
    *("esm2_t48_15B_UR50D", "esmfold_v0", "esmfold_v1"),
)

LOADERS: tuple[Loader, ...] = (
    Loader(call="esm.pretrained.*", names=_NAMES, reads="file", hub="esm", pin="none"),
    *(
        Loader(
            call=f"esm.pretrained.{name}",
            model=Argument(0, "model_name"),
            reads="file",
            hub="esm",
            notation="preset",
            pin="none",
        )
        for name in ("load_model_and_alphabet", "load_model_and_alphabet_hub")
    ),
    Loader(
        call="esm.models.*.from_pretrained",
        model=Argument(0, "model_name"),
        reads="snapshot",
        hub="esm",
        notation="preset",
        has_default=True,
        pin="none",
    ),
)
