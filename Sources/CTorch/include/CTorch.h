/// A plain C face of libtorch: opaque tensors, and every C++ exception caught.
///
/// A function that returns a handle gives a new one, to be given to its release function, or NULL
/// when it failed. Every other function that can fail returns 0 on success; what it finds out it
/// writes through its last parameters, which it leaves alone when it failed. The text of the newest
/// failure of the calling thread is `ctorch_last_error()`. No handle is consumed by any call but a
/// release; a NULL handle is a failure like any other, unless it is said to be allowed. Dimensions
/// may be negative, counted from the last, as in libtorch.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctorch_tensor_s *ctorch_tensor;
typedef struct ctorch_generator_s *ctorch_generator;

typedef enum {
  CTORCH_FLOAT32 = 0,
  CTORCH_FLOAT64 = 1,
  CTORCH_FLOAT16 = 2,
  CTORCH_BFLOAT16 = 3,
  CTORCH_INT64 = 4,
  CTORCH_INT32 = 5,
  CTORCH_BOOL = 6,
  CTORCH_UINT8 = 7,
  CTORCH_OTHER = 8,
  CTORCH_INT16 = 9,
  CTORCH_INT8 = 10
} ctorch_type;

typedef enum {
  CTORCH_ADD, CTORCH_SUBTRACT, CTORCH_MULTIPLY, CTORCH_DIVIDE, CTORCH_MATMUL,
  CTORCH_EQUAL, CTORCH_LESS, CTORCH_MAXIMUM
} ctorch_binary_op;

typedef enum {
  CTORCH_NEGATE, CTORCH_EXP, CTORCH_LOG, CTORCH_SQRT, CTORCH_TANH, CTORCH_SIGMOID, CTORCH_RELU,
  CTORCH_SILU, CTORCH_GELU, CTORCH_GELU_TANH, CTORCH_ABS, CTORCH_IS_FINITE, CTORCH_LOGICAL_NOT
} ctorch_unary_op;

typedef enum {
  CTORCH_ADD_SCALAR, CTORCH_MULTIPLY_SCALAR, CTORCH_POWER_SCALAR, CTORCH_CLAMP_MINIMUM,
  CTORCH_EQUAL_SCALAR, CTORCH_LESS_SCALAR
} ctorch_scalar_op;

/// The constants of one AdamW step, which is counted from 1.
typedef struct {
  int64_t step;
  double learning_rate, beta1, beta2, epsilon, weight_decay;
} ctorch_adamw_rule;

// Core.cpp: failures, the library, tensors in and out, random numbers

/// Never NULL; it stands until the thread's next failure.
const char *ctorch_last_error(void);

const char *ctorch_version(void);
/// libtorch's own account of its threads and math libraries; it stands until the thread asks again.
/// NULL when it failed.
const char *ctorch_parallel_info(void);
int ctorch_threads(int *count);
int ctorch_set_threads(int count);
/// The threads of operations that the calling thread starts; others' stay as they are.
int ctorch_set_own_threads(int count);
int ctorch_deterministic(bool on);
/// Lets the calling thread's kernels use vectors of at most so many bits; `used` are those that
/// they use now: 512, 256, or 128 for whatever the compiler aims at.
int ctorch_limit_vectors(int bits, int *used);

ctorch_tensor ctorch_from_data(
    const void *data, ctorch_type type, const int64_t *shape, int rank);
/// A tensor whose elements are yet to be given.
ctorch_tensor ctorch_empty(const int64_t *shape, int rank, ctorch_type type);
/// Copies elements from memory, where `strides` (in elements) say they are, over those of a
/// contiguous tensor from its element `start` on, counted in row-major order; converts the type.
int ctorch_fill(
    ctorch_tensor tensor, int64_t start, const void *data, ctorch_type type,
    const int64_t *shape, const int64_t *strides, int rank);
ctorch_tensor ctorch_full(const int64_t *shape, int rank, double value, ctorch_type type);
ctorch_tensor ctorch_arange(int64_t end);
/// NULL is nothing to release.
void ctorch_release(ctorch_tensor tensor);
int ctorch_rank(ctorch_tensor tensor, int *rank);
int ctorch_dimension(ctorch_tensor tensor, int index, int64_t *size);
int ctorch_count(ctorch_tensor tensor, int64_t *count);
int ctorch_element_type(ctorch_tensor tensor, ctorch_type *type);
/// All elements in row-major order; `count` (or `size` in bytes) is that of the memory, and must be
/// the tensor's.
int ctorch_copy_floats(ctorch_tensor tensor, int64_t count, float *out);
int ctorch_copy_doubles(ctorch_tensor tensor, int64_t count, double *out);
int ctorch_copy_integers(ctorch_tensor tensor, int64_t count, int64_t *out);
int ctorch_copy_bytes(ctorch_tensor tensor, size_t size, void *out);
int ctorch_item(ctorch_tensor tensor, double *value);

ctorch_generator ctorch_generator_new(uint64_t seed);
/// NULL is nothing to release.
void ctorch_generator_release(ctorch_generator generator);
int ctorch_generator_next(ctorch_generator generator, uint64_t *bits);
ctorch_tensor ctorch_random_normal(const int64_t *shape, int rank, ctorch_generator generator);
ctorch_tensor ctorch_random_uniform(const int64_t *shape, int rank, ctorch_generator generator);

// Autograd.cpp: what is recorded for derivatives, and derivatives

int ctorch_gradients_enabled(bool *on);
/// `before` is whether they were.
int ctorch_set_gradients_enabled(bool on, bool *before);
int ctorch_requires_gradient(ctorch_tensor tensor, bool *requires_gradient);
ctorch_tensor ctorch_detach(ctorch_tensor tensor, bool requires_gradient);
ctorch_tensor ctorch_clone(ctorch_tensor tensor);
/// Whether no other tensor has numbers in this one's storage, which are all of it in order.
int ctorch_owns_storage(ctorch_tensor tensor, bool *owns);
/// Derivatives of the scalar `output`; an input that `output` does not depend on gives NULL in
/// `gradients`.
int ctorch_gradients(
    ctorch_tensor output, const ctorch_tensor *inputs, int count, bool retain_graph,
    bool create_graph, ctorch_tensor *gradients);
/// Derivatives of the sum of all ⟨output, weight⟩; the graph is freed.
int ctorch_weighted_gradients(
    const ctorch_tensor *outputs, const ctorch_tensor *weights, int output_count,
    const ctorch_tensor *inputs, int count, ctorch_tensor *gradients);

// Operations.cpp: libtorch's operations

ctorch_tensor ctorch_binary(ctorch_binary_op op, ctorch_tensor a, ctorch_tensor b);
ctorch_tensor ctorch_unary(ctorch_unary_op op, ctorch_tensor a);
ctorch_tensor ctorch_scalar(ctorch_scalar_op op, ctorch_tensor a, double b);
ctorch_tensor ctorch_to_type(ctorch_tensor a, ctorch_type type);
ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, int rank);
ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, int rank);
ctorch_tensor ctorch_transpose(ctorch_tensor a, int first, int second);
ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, int rank);
ctorch_tensor ctorch_narrow(ctorch_tensor a, int dimension, int64_t start, int64_t length);
ctorch_tensor ctorch_index_select(ctorch_tensor a, int dimension, ctorch_tensor indices);
ctorch_tensor ctorch_concatenate(const ctorch_tensor *tensors, int count, int dimension);
/// Over all dimensions when none is named.
ctorch_tensor ctorch_sum(ctorch_tensor a, const int64_t *dimensions, int count, bool keep);
ctorch_tensor ctorch_mean(ctorch_tensor a, const int64_t *dimensions, int count, bool keep);
ctorch_tensor ctorch_cumulative_sum(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_argmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_softmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_log_softmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor a, ctorch_tensor weight, ctorch_tensor bias, double epsilon);
ctorch_tensor ctorch_embedding(ctorch_tensor weight, ctorch_tensor ids, int64_t padding);
ctorch_tensor ctorch_cross_entropy(ctorch_tensor logits, ctorch_tensor labels, int64_t ignored);
ctorch_tensor ctorch_where(ctorch_tensor condition, ctorch_tensor a, ctorch_tensor b);
ctorch_tensor ctorch_masked_fill(ctorch_tensor a, ctorch_tensor mask, double value);

// Fused/: steps of a transformer's layer in one operation each, by the kernels of Kernels/.
//
// `is_fused` false takes libtorch's own operations instead, the plain form, with the same result up
// to rounding; what is not float32 is computed in the plain form anyway. All tensors of a call have
// one floating-point type. Twice differentiable: a second derivative that is to be differentiated
// again is a failure, but for linear and dropout, which have derivatives of any order. A NULL
// generator, or a `keep` of 1, drops nothing.

/// x with each element kept with the chance `keep` and scaled by 1 / keep, or 0.
ctorch_tensor ctorch_dropout(
    ctorch_tensor x, double keep, ctorch_generator generator, bool is_fused);
/// x Wᵀ + bias, x (…, inputs), the weight (outputs, inputs) and the bias (outputs) or NULL.
ctorch_tensor ctorch_linear(
    ctorch_tensor x, ctorch_tensor weight, ctorch_tensor bias, bool is_fused);
/// The file of the oneDNN that computes derivatives of `ctorch_linear`; empty where libtorch's BLAS
/// does. NULL when it failed.
const char *ctorch_product_library(void);
/// GELU(x + bias), x (…, size) and the bias (size) or NULL.
ctorch_tensor ctorch_bias_gelu(ctorch_tensor x, ctorch_tensor bias, bool is_fused);
/// sum = dropout(x + bias) + residual, and normed = the layer norm of that times weight plus shift;
/// bias and residual may be NULL. x and residual (…, size), the others (size).
int ctorch_residual_norm(
    ctorch_tensor x, ctorch_tensor bias, ctorch_tensor residual, ctorch_tensor weight,
    ctorch_tensor shift, double epsilon, double keep, ctorch_generator generator, bool is_fused,
    ctorch_tensor *sum, ctorch_tensor *normed);
/// Attention within each sentence: q, k, v and the result (subwords, heads · size); sentence i is
/// the rows from offsets[i] to offsets[i + 1], 64-bit integers that begin with 0.
ctorch_tensor ctorch_attention(
    ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_tensor offsets, int heads,
    double keep, ctorch_generator generator, bool is_fused);

// Updates.cpp: what optimizers do, in place; none of it is recorded for derivatives

int ctorch_add_in_place(ctorch_tensor a, ctorch_tensor b, double factor);
int ctorch_multiply_in_place(ctorch_tensor a, double factor);
int ctorch_copy_in_place(ctorch_tensor a, ctorch_tensor b);
int ctorch_replace_rows(ctorch_tensor a, ctorch_tensor indices, ctorch_tensor rows);
/// The sum of all elements' squares, added up in double precision.
int ctorch_sum_of_squares(ctorch_tensor a, bool is_fused, double *sum);
/// One AdamW step (Loshchilov and Hutter 2019, in torch.optim.AdamW's order of operations): one
/// pass over memory, or with `is_fused` false, or where not all is contiguous float32, an operation
/// at a time.
int ctorch_adamw(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    ctorch_adamw_rule rule, bool is_fused);
/// The same for the first `count` rows of a table and its moments; row r has the gradient in row
/// `sources[r]` of `gradient`, or a zero gradient if that is negative.
int ctorch_adamw_rows(
    ctorch_tensor rows, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    const int64_t *sources, int64_t count, ctorch_adamw_rule rule, bool is_fused);

#ifdef __cplusplus
}
#endif
#endif
