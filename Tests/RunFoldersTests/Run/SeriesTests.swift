import RunFolders
import Testing

/// Series and their names.
@Suite struct SeriesTests {
  private static let all: [(Series, String)] = [
    (.outerLoss, "outer/loss"), (.taskLoss, "outer/taskLoss"),
    (.outerGradientNorm, "outer/gradientNorm"), (.outerLearningRate, "outer/learningRate"),
    (.innerLoss, "inner/loss"), (.lossBeforeAdaptation, "inner/lossBefore"),
    (.lossAfterAdaptation, "inner/lossAfter"), (.trainingLoss(.tuning), "tuning/loss"),
    (.trainingGradientNorm(.pretraining), "pretraining/gradientNorm"),
    (.trainingLearningRate(.tuning), "tuning/learningRate"), (.f1(split: "dev"), "f1/dev"),
    (.other("some/thing/else"), "some/thing/else"), (.other("odd"), "odd"),
  ]

  @Test func `a series has one name in journals, and is found by it`() {
    for (series, name) in Self.all {
      #expect(series.name == name)
      #expect(Series(name: name) == series)
    }
  }

  @Test func `a name of the first version tells the series and its language`() {
    let names: [(String, SeriesKey)] = [
      ("outer/loss", SeriesKey(.outerLoss)),
      ("inner/loss", SeriesKey(.innerLoss)),
      ("pretraining/loss", SeriesKey(.trainingLoss(.pretraining))),
      ("tuning/hi/loss", SeriesKey(.trainingLoss(.tuning), language: "hi")),
      ("tuning/hi/gradientNorm", SeriesKey(.trainingGradientNorm(.tuning), language: "hi")),
      (
        "tuning/zh-classical/learningRate",
        SeriesKey(.trainingLearningRate(.tuning), language: "zh-classical")
      ),
      ("f1/hi/dev", SeriesKey(.f1(split: "dev"), language: "hi")),
      ("outer/hi/loss", SeriesKey(.taskLoss, language: "hi")),
      ("inner/hi/lossAfter", SeriesKey(.lossAfterAdaptation, language: "hi")),
      ("speed/hi/words", SeriesKey(.other("speed/hi/words"))),
    ]
    for (name, key) in names {
      #expect(SeriesKey(name: name) == key)
      #expect(key.name == name)
    }
  }

  @Test func `names that only look alike are not the same series`() {
    // Swift's strings compare these as equal: é in one scalar, and in two.
    #expect(Series(name: "f1/caf\u{e9}") == .f1(split: "caf\u{e9}"))
    #expect(Series(name: "outer/loss\u{301}") == .other("outer/loss\u{301}"))
  }
}
