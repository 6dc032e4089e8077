import Tensors

/// A value of a pickle; one that has parts is a place among the reader's objects.
///
/// Objects refer to each other by number, so that neither a circle nor deep nesting in a hostile
/// file can do harm.
enum PickleValue: Hashable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer of more than 64 bits: where its bytes are, the lowest first.
  case longInteger(Range<Int>)
  /// Where a text's bytes are.
  case text(Range<Int>)
  /// Something that is of no use to tensors, as a float.
  case other
  case object(Int)
}

/// What a `PickleValue.object` stands for.
enum PickleObject {
  case global(PickleGlobal)
  case tuple([PickleValue])
  case list([PickleValue])
  case dictionary([(key: PickleValue, value: PickleValue)])
  case storage(PickledStorage)
  case tensor(PickledTensor)
}

/// The numbers behind one or more tensors: which of the archive's storages, and of what.
struct PickledStorage {
  /// What the numbers are.
  enum Kind: Hashable {
    case known(ElementType)
    /// Numbers of another kind, of so many bytes each.
    case unknown(String, byteCount: Int)

    var byteCount: Int {
      switch self {
      case .known(let type): type.byteCount
      case .unknown(_, let count): count
      }
    }
  }

  var type: Kind
  /// Where the storage's key is, as text.
  var key: Range<Int>
  var count: Int
  /// Where a part of another storage begins, in a file of an old PyTorch.
  var viewOffset = 0
}

/// A tensor as its pickle describes it, not yet checked against its storage.
struct PickledTensor {
  var storage: PickledStorage
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}

/// The only names that a pickle may ask for, and what this reader makes of them.
///
/// Nothing is looked up and nothing is executed: each is a word with a meaning of its own here.
enum PickleGlobal: Hashable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  /// Around `rebuildTensor`, for a tensor with attributes.
  case rebuildWithAttributes
  case size
  case storage(PickledStorage.Kind)
  /// Takes any arguments and is of no use to tensors.
  case other

  /// The meaning of `module.name`; nil for everything that a state dict has no use for.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildWithAttributes
    case ("torch", "Size"): self = .size
    case ("torch", "Tensor"), ("torch", "device"), ("_codecs", "encode"): self = .other
    case ("torch", let name) where Self.otherNames.contains(name): self = .other
    // Tensors of other kinds: sparse, quantized, of eight-bit floats.
    case ("torch._utils", let name) where name.hasPrefix("_rebuild_"): self = .other
    case ("torch.serialization", "_get_layout"): self = .other
    case ("numpy", "ndarray"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct"),
      ("numpy._core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "scalar"),
      ("numpy._core.multiarray", "scalar"):
      self = .other
    case ("torch.storage", "UntypedStorage"): self = .storage(.unknown("untyped", byteCount: 1))
    case ("torch", let name), ("torch.cuda", let name):
      if let type = Self.storages[name] {
        self = .storage(.known(type))
      } else if let count = Self.otherStorages[name] {
        self = .storage(.unknown(String(name.dropLast("Storage".count)), byteCount: count))
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storages: [String: ElementType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  /// The bytes of a number in storages that are not read.
  private static let otherStorages: [String: Int] = [
    "ComplexFloatStorage": 8, "ComplexDoubleStorage": 16, "QInt8Storage": 1, "QUInt8Storage": 1,
    "QInt32Storage": 4, "QUInt4x2Storage": 1, "QUInt2x4Storage": 1,
  ]

  private static let otherNames: Set<String> = [
    "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
    "complex32", "complex64", "complex128", "uint16", "uint32", "uint64", "float8_e4m3fn",
    "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2",
    "qint8", "quint8", "qint32", "quint4x2", "quint2x4", "strided", "sparse_coo", "sparse_csr",
    "sparse_csc", "sparse_bsr", "sparse_bsc", "per_tensor_affine", "per_channel_affine",
    "per_tensor_symmetric", "per_channel_symmetric", "per_channel_affine_float_qparams",
  ]
}
