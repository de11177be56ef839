"""Names for the arrays that pictures are made of."""

from typing import Any

import numpy as np
import numpy.typing as npt

type F32 = npt.NDArray[np.floating[Any]]
"""Single precision wherever there are many; the type checker does not follow that far."""
type F64 = npt.NDArray[np.floating[Any]]
"""Double precision, where metres are added up."""
type U8 = npt.NDArray[np.uint8]
type I32 = npt.NDArray[np.integer[Any]]
type Bools = npt.NDArray[np.bool_]
type RGB = tuple[float, float, float]
