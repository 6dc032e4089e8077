/// How often the screen may be drawn: at most 20 times in any second, with a few frames saved up
/// while nothing happens, so that a key is always answered at once.
///
/// Four saved ones and the sixteen that come in a second are the twenty. News that nobody asked for
/// leaves two of the saved ones to the next keys.
package struct FrameLimiter: Sendable {
  private static let framesPerSecond = 16.0
  private static let savedFrames = 4.0
  private static let framesForKeys = 2.0

  private var frames = savedFrames
  private var last: Double?

  package init() {}

  /// Whether a frame may be drawn at this time (in seconds of any clock); if so it is counted.
  ///
  /// - Parameter answersKey: Whether somebody pressed a key and waits, or there is only news.
  package mutating func mayDraw(at time: Double, answersKey: Bool = true) -> Bool {
    if let last { frames += max(time - last, 0) * Self.framesPerSecond }
    frames = min(frames, Self.savedFrames)
    last = time
    guard frames >= (answersKey ? 1 : 1 + Self.framesForKeys) else { return false }
    frames -= 1
    return true
  }
}
