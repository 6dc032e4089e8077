/// What a file that compiles the kernels for one width of vectors begins with.
///
/// The headers of the loops come after it, within the compiler's attribute for that width; all that
/// they define is the file's own. Headers of the system come here, outside of the attribute: their
/// functions are shared with the rest of the program, and must run on any processor.
#pragma once

#include "Kernels.h"

#include <cmath>
#include <cstring>

// Vectors are passed between functions of one file only, so that it does not matter how.
#pragma clang diagnostic ignored "-Wpsabi"

/// The table of the loops in the order of `kernels::table`.
#define KERNELS_TABLE(bits)                                                               \
  {                                                                                       \
    bits, residual_norm_rows, norm_backward_rows, norm_second_rows, dropout_span, gelu_rows, \
        gelu_backward_rows, gelu_second_rows, sum_of_squares, attention_forward,           \
        attention_backward, attention_second, adamw_span, adamw_span_at_rest               \
  }
