"""Array types that the rest of the package names, and the one way a column of a version is read."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
Column = npt.NDArray[Any]  # one column of a dimension or of a fact, of whatever type
