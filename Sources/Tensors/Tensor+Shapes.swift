import CTorch

extension Tensor {
  /// The same elements in row-major order under another shape; one size may be −1.
  package func reshaped(_ shape: [Int]) -> Tensor {
    let sizes = shape.map(Int64.init)
    return Tensor(
      ctorch_reshape(raw, sizes, Int32(sizes.count)), "reshape to \(shape)", [self])
  }

  /// The dimensions in another order.
  package func permuted(_ order: [Int]) -> Tensor {
    let dimensions = order.map(Int64.init)
    return Tensor(
      ctorch_permute(raw, dimensions, Int32(dimensions.count)), "permute \(order)", [self])
  }

  /// Two dimensions exchanged; by default the last two.
  package func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    Tensor(ctorch_transpose(raw, Int32(first), Int32(second)), "transpose", [self])
  }

  /// Dimensions of size 1 repeated to fill a larger shape.
  package func expanded(_ shape: [Int]) -> Tensor {
    let sizes = shape.map(Int64.init)
    return Tensor(ctorch_expand(raw, sizes, Int32(sizes.count)), "expand to \(shape)", [self])
  }

  /// The part of a dimension within a range.
  package func slice(_ range: Range<Int>, dimension: Int = 0) -> Tensor {
    Tensor(
      ctorch_narrow(raw, Int32(dimension), Int64(range.lowerBound), Int64(range.count)),
      "slice \(range) of dimension \(dimension)", [self])
  }

  /// The rows (or other slices) at integer indices.
  package func gathering(_ indices: Tensor, dimension: Int = 0) -> Tensor {
    Tensor(
      ctorch_index_select(raw, Int32(dimension), indices.raw), "gather", [self, indices])
  }

  /// The rows at indices, in their order.
  package func gathered(_ indices: [Int]) -> Tensor {
    gathering(Tensor(integers: indices, shape: [indices.count]))
  }

  /// Tensors joined along a dimension.
  package static func concatenating(_ tensors: [Tensor], dimension: Int = 0) -> Tensor {
    precondition(!tensors.isEmpty, "There must be at least one tensor to concatenate")
    let raws: [ctorch_tensor?] = tensors.map(\.raw)
    return withExtendedLifetime(tensors) {
      Tensor(
        ctorch_concatenate(raws, Int32(raws.count), Int32(dimension)), "concatenate", tensors)
    }
  }

  /// The sum over dimensions, or over all when none is named.
  package func sum(_ dimensions: [Int] = [], keepingDimensions: Bool = false) -> Tensor {
    let list = dimensions.map(Int64.init)
    return Tensor(
      ctorch_sum(raw, list, Int32(list.count), keepingDimensions), "sum \(dimensions)", [self])
  }

  /// The mean over dimensions, or over all when none is named.
  package func mean(_ dimensions: [Int] = [], keepingDimensions: Bool = false) -> Tensor {
    let list = dimensions.map(Int64.init)
    return Tensor(
      ctorch_mean(raw, list, Int32(list.count), keepingDimensions), "mean \(dimensions)", [self])
  }

  /// Running sums along a dimension.
  package func cumulativeSum(dimension: Int) -> Tensor {
    Tensor(ctorch_cumulative_sum(raw, Int32(dimension)), "cumulative sum", [self])
  }

  /// The index of the largest element along a dimension.
  package func argmax(dimension: Int = -1) -> Tensor {
    Tensor(ctorch_argmax(raw, Int32(dimension)), "argmax", [self])
  }
}
