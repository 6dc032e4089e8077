import Experiments
import Testing

/// Points of runs from which other runs begin: how they are named, and where the settings refuse them.
@Suite struct StartPointTests {
  @Test(arguments: [
    "12/primed", "12/priming/150", "12/priming/0", "3/tuning/hi/35", "3/tuned/zh-min",
  ])
  func `a point is written as it is read`(text: String) {
    #expect(StartPoint(text)?.text == text)
  }

  @Test(arguments: [
    "", "/", "12/", "primed", "12/primed/3", "12/priming", "12/priming/x", "12/priming/-1",
    "12/tuned", "12/tuned/a/b", "12/tuned/..", "12/best/2", "0/primed",
    "12/priming/99999999999999999999",
  ])
  func `what names no point is refused with what would`(text: String) throws {
    #expect(StartPoint(text) == nil)
    guard !text.isEmpty else { return }
    var experiment = Experiment()
    try experiment.set("start.checkpoint", to: text)
    let error = try #require(experiment.problems.first)
    #expect(error.key == "start.checkpoint")
    #expect(error.description.contains("12/priming/150"), "\(error)")
  }

  @Test func `a tuned point that nothing would use is told beside tuning.start`() throws {
    var experiment = Experiment()
    for (key, value) in [("start.checkpoint", "2/tuned/hi"), ("priming.method", "none")] {
      try experiment.set(key, to: value)
    }
    #expect(experiment.problems.map(\.key) == ["tuning.start"])
    try experiment.set("tuning.start", to: "primed")
    #expect(experiment.problems.isEmpty)
    try experiment.set("tuning.start", to: "fresh")
    try experiment.set("start.keeps", to: "encoder")
    #expect(experiment.problems.isEmpty)
  }
}
