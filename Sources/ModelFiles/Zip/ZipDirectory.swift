/// Where the entries of a zip archive are.
///
/// Reads the format (APPNOTE.TXT of PKWARE, 4.3) as far as PyTorch writes it: entries as they are,
/// neither compressed nor encrypted, with or without the 64-bit records.
struct ZipDirectory {
  private struct Entry {
    var bytes: Range<Int>
    var method: UInt16
    var isEncrypted: Bool
  }

  private let path: String
  private var entries: [String: Entry] = [:]

  /// The names of all entries.
  var names: some Collection<String> { entries.keys }

  /// Reads the directory at the end of a file.
  init(_ file: MappedFile) throws(ModelFileError) {
    path = file.path
    let bytes = file.bytes
    let (count, directory) = try locateDirectory(bytes)
    var place = directory.lowerBound
    for _ in 0..<count {
      guard place + 46 <= directory.upperBound, bytes.number(UInt32.self, at: place) == 0x0201_4b50
      else { throw error("its directory ends too early") }
      let lengths = [28, 30, 32].map { Int(bytes.number(UInt16.self, at: place + $0)) }
      let name = place + 46..<place + 46 + lengths[0]
      let extra = name.upperBound..<name.upperBound + lengths[1]
      let next = extra.upperBound + lengths[2]
      guard next <= directory.upperBound else { throw error("its directory ends too early") }
      guard let text = String(validating: bytes[name], as: UTF8.self) else {
        throw error("its directory has a name that is not UTF-8")
      }
      let entry = try readEntry(bytes, at: place, extra: extra, before: directory.lowerBound)
      guard entries.updateValue(entry, forKey: text) == nil else {
        throw error("it has the entry \(text.debugDescription) twice")
      }
      place = next
    }
  }

  /// The bytes of an entry; nil when there is none of the name.
  func bytes(of name: String) throws(ModelFileError) -> Range<Int>? {
    guard let entry = entries[name] else { return nil }
    guard entry.method == 0, !entry.isEncrypted else {
      throw error(
        "its entry \(name) is \(entry.isEncrypted ? "encrypted" : "compressed")",
        expected: "entries stored as they are, as torch.save writes them",
        advice: "Was the file packed again by another program? Save it again with torch.save.")
    }
    return entry.bytes
  }

  private func error(
    _ problem: String, expected: String = "a zip archive as torch.save writes it",
    advice: String = "The file is truncated or damaged; copy it again."
  ) -> ModelFileError {
    ModelFileError(path: path, problem: problem, expected: expected, advice: advice)
  }

  /// The number of entries, and where the directory is.
  private func locateDirectory(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ModelFileError) -> (count: Int, range: Range<Int>) {
    // The last record is of 22 bytes and a comment, which ends the file.
    var end = bytes.count - 22
    let first = max(0, end - 0xFFFF)
    while end >= first,
      bytes.number(UInt32.self, at: end) != 0x0605_4b50
        || Int(bytes.number(UInt16.self, at: end + 20)) != bytes.count - end - 22
    { end -= 1 }
    guard end >= first, end >= 0 else { throw error("it has no directory of its entries") }
    var count = UInt64(bytes.number(UInt16.self, at: end + 10))
    var size = UInt64(bytes.number(UInt32.self, at: end + 12))
    var start = UInt64(bytes.number(UInt32.self, at: end + 16))
    var limit = end
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      // Too much for 32 bits: 20 bytes before are the place of a larger record.
      guard end >= 20, bytes.number(UInt32.self, at: end - 20) == 0x0706_4b50,
        let record = Int(exactly: bytes.number(UInt64.self, at: end - 12)), record <= end - 76,
        bytes.number(UInt32.self, at: record) == 0x0606_4b50
      else { throw error("it has no directory of its entries in 64 bits") }
      count = bytes.number(UInt64.self, at: record + 32)
      size = bytes.number(UInt64.self, at: record + 40)
      start = bytes.number(UInt64.self, at: record + 48)
      limit = record
    }
    guard start <= UInt64(limit), size <= UInt64(limit) - start, count <= size / 46 else {
      throw error("its directory does not lie within it")
    }
    return (Int(count), Int(start)..<Int(start + size))
  }

  private func readEntry(
    _ bytes: UnsafeRawBufferPointer, at place: Int, extra: Range<Int>, before limit: Int
  ) throws(ModelFileError) -> Entry {
    var sizes = [24, 20, 42].map { UInt64(bytes.number(UInt32.self, at: place + $0)) }
    // Numbers of 64 bits follow in the extra field, for those that do not fit.
    var field = extra.lowerBound
    while field + 4 <= extra.upperBound {
      let length = Int(bytes.number(UInt16.self, at: field + 2))
      let next = field + 4 + length
      guard next <= extra.upperBound else { break }
      if bytes.number(UInt16.self, at: field) == 1 {
        var number = field + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF && number + 8 <= next {
          sizes[index] = bytes.number(UInt64.self, at: number)
          number += 8
        }
      }
      field = next
    }
    let (size, header) = (sizes[1], sizes[2])
    guard header < UInt64(limit), limit - Int(header) >= 30,
      bytes.number(UInt32.self, at: Int(header)) == 0x0403_4b50
    else { throw error("its directory names an entry that is not there") }
    let start =
      Int(header) + 30 + Int(bytes.number(UInt16.self, at: Int(header) + 26))
      + Int(bytes.number(UInt16.self, at: Int(header) + 28))
    guard start <= limit, size <= UInt64(limit - start) else {
      throw error("its directory names an entry that does not lie within it")
    }
    let flags = bytes.number(UInt16.self, at: place + 8)
    return Entry(
      bytes: start..<start + Int(size), method: bytes.number(UInt16.self, at: place + 10),
      isEncrypted: flags & 1 != 0)
  }
}
