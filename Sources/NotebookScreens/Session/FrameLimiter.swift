/// How often the screen may be drawn: at most 20 times in any second, with a few frames saved up
/// while nothing happens, so that a key is always answered at once.
///
/// Four saved ones and the sixteen that come in a second are the twenty.
package struct FrameLimiter: Sendable {
  private static let framesPerSecond = 16.0
  private static let savedFrames = 4.0

  private var frames = savedFrames
  private var last: Double?

  package init() {}

  /// Whether a frame may be drawn at this time (in seconds of any clock); if so it is counted.
  package mutating func mayDraw(at time: Double) -> Bool {
    if let last { frames += max(time - last, 0) * Self.framesPerSecond }
    frames = min(frames, Self.savedFrames)
    last = time
    guard frames >= 1 else { return false }
    frames -= 1
    return true
  }
}
