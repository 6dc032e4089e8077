/// Where the rest of a control string or sequence ends, when its start was in an earlier read.
extension ArraySlice<Unicode.Scalar> {
  /// The index after the terminator of a control string (BEL, ST or ESC \); nil without one.
  var endOfString: Int? {
    for index in indices {
      if self[index] == "\u{7}" || self[index] == "\u{9C}" { return index + 1 }
      // A backslash at the start is a key.
      if self[index] == "\\", index > startIndex, self[index - 1] == "\u{1B}" { return index + 1 }
    }
    return nil
  }

  /// The index after a control sequence whose introducer is missing; nil when it does not end here.
  var endOfSequence: Int? {
    let rest = drop { (0x30..<0x40).contains($0.value) }.drop { (0x20..<0x30).contains($0.value) }
    guard let final = rest.first, (0x40..<0x7F).contains(final.value) else { return nil }
    return rest.startIndex + 1
  }
}
