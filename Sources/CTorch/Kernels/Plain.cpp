// The kernels for whatever the compiler aims at.

#include "Level.h"

#include "Vectors.h"
#include "Rows.h"
#include "Attention.h"
#include "AdamW.h"

constexpr kernels::table kernels::plain = KERNELS_TABLE(128);
