import Experiments
import Foundation
import LabNotebook
import RunFolders
import NamedEntities
import TestSupport
import Testing

/// `primer export` through the built program and its engine.
@Suite struct ExportCommandTests {
  /// Carries out one small run of two languages on the sample encoder.
  private func withFinishedRun(
    _ changes: String..., body: (PrimerProgram) throws -> Void
  ) throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      try primer.write(
        """
        name = "a short one"
        threads = 1
        encoder = { path = "\(data)/encoder" }
        data = { path = "\(data)/panx" }
        evaluation = { splits = ["dev", "test"], every = 2, sentences = 12 }
        [priming]
        languages = ["en"]
        steps = 3
        inner = { steps = 2, batchSize = 4 }
        outer = { batchSize = 4 }
        [tuning]
        languages = ["nl", "hi"]
        sentences = 8
        epochs = 1
        """, to: "short.toml")
      let run = try primer.run(
        ["run", "short.toml", "--notebook", "book"] + changes.flatMap { ["--set", $0] })
      try #require(run.status == 0, "\(run.errors)")
      try body(primer)
    }
  }

  private func export(
    _ primer: PrimerProgram, _ format: String, to path: String, _ more: String...
  ) throws -> PrimerProgram.Outcome {
    try primer.run(
      ["export", "last", "--format", format, "--out", path, "--notebook", "book"] + more)
  }

  private func files(_ primer: PrimerProgram, _ path: String) throws -> [String] {
    let folder = primer.folder.appending(path: path).path
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func text(_ primer: PrimerProgram, _ path: String) throws -> String {
    try String(contentsOf: primer.folder.appending(path: path), encoding: .utf8)
  }

  @Test func `what a run measured is written in each format, to a file or to standard output`()
    throws
  {
    try withFinishedRun { primer in
      let book = try Notebook.open(
        folder: primer.folder.appending(path: "book").path, mode: .readOnly)
      let points = try book.series(of: 1).flatMap { try book.metrics(1, series: $0) }

      let csv = try export(primer, "csv", to: "-")
      #expect(csv.status == 0, "\(csv.errors)")
      #expect(csv.lines.count { $0.hasPrefix("metric,") } == points.count)
      #expect(csv.lines.count { $0.hasPrefix("metric,outer/loss,priming,") } == 3)
      #expect(csv.lines.contains { $0.hasPrefix("evaluation,f1,tuning,hi,test,,1,") })
      #expect(try export(primer, "csv", to: "new/points.csv").status == 0)
      #expect(try text(primer, "new/points.csv") == csv.output)

      let objects = try export(primer, "jsonl", to: "-").lines.map(object)
      #expect(objects.count { $0["record"] as? String == "metric" } == points.count)
      // Of each of two languages: at step 2 and after the last step of priming, on dev and on test.
      #expect(objects.count { $0["record"] as? String == "evaluation" } == 8)
      let alone = try export(primer, "jsonl", to: "-", "--language", "nl").lines.map(object)
      #expect(alone.allSatisfy { ($0["language"] as? String ?? "nl") == "nl" })
      #expect(alone.count < objects.count)

      #expect(try export(primer, "tensorboard", to: "board").status == 0)
      let events = try #require(try files(primer, "board").first)
      #expect(events.hasPrefix("events.out.tfevents."))

      let markdown = try export(primer, "markdown", to: "-").output
      let latex = try export(primer, "latex", to: "-").output
      for run in try #require(try book.run(1)).results {
        let f1 = String(format: "%.1f", 100 * run.scores.micro.f1)
        let support = "\(run.scores.micro.support)"
        #expect(
          markdown.split(separator: "\n").contains {
            $0.hasPrefix("| \(run.language) | \(run.split) |")
              && $0.hasSuffix("| \(f1) | \(support) | 12 |")
          })
        #expect(latex.contains("& \(f1) & \(support) & 12 \\\\"))
      }

      #expect(try export(primer, "conll", to: "predictions").status == 0)
      #expect(
        try files(primer, "predictions") == [
          "hi.dev.conll", "hi.test.conll", "nl.dev.conll", "nl.test.conll",
        ])
      let one = try export(primer, "conll", to: "-", "--language", "nl", "--split", "dev")
      #expect(one.output == (try text(primer, "predictions/nl.dev.conll")))
      #expect(one.output == (try text(primer, "book/runs/1/predictions/nl.dev.conll")))
      #expect(try export(primer, "conll", to: "-").errors.contains("nl.dev, nl.test"))
    }
  }

  @Test func `bottleneck adapters are written for AdapterHub, and refused where there is no place`()
    throws
  {
    try withFinishedRun { primer in
      let outcome = try export(primer, "adapterhub", to: "hub")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("They belong on the encoder"))
      #expect(try files(primer, "hub") == ["hi", "nl"])
      let config = try object(try text(primer, "hub/hi/adapter_config.json"))
      #expect(config["name"] as? String == "ner" && config["model_type"] as? String == "bert")
      let head = try object(try text(primer, "hub/hi/head_config.json"))
      #expect((head["label2id"] as? [String: Int])?["I-LOC"] == 6)

      let alone = try export(
        primer, "adapterhub", to: "alone", "--language", "nl", "--with-encoder")
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(try files(primer, "alone").contains("adapter_config.json"))
      #expect(try files(primer, "alone/encoder").contains("model.safetensors"))

      for (format, problem) in [
        ("peft", "peft has no bottleneck adapters; --format adapterhub"),
        ("huggingface", "no place for a pfeiffer bottleneck"),
      ] {
        let refused = try export(primer, format, to: "refused")
        #expect(refused.status == 1)
        #expect(refused.errors.contains(problem), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: primer.folder.path + "/refused"))
      }
    }
  }

  @Test func `LoRA is written for every library, and merged into a whole model`() throws {
    try withFinishedRun("adapter.type=lora") { primer in
      for format in ["adapterhub", "peft", "huggingface"] {
        let outcome = try export(primer, format, to: format)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try files(primer, format) == ["hi", "nl"])
      }
      #expect(
        try files(primer, "peft/nl") == ["adapter_config.json", "adapter_model.safetensors"])
      let config = try object(try text(primer, "huggingface/nl/config.json"))
      #expect((config["id2label"] as? [String: String])?["1"] == "B-PER")
      #expect(config["architectures"] as? [String] == ["BertForTokenClassification"])
    }
  }

  @Test func `full fine-tuning has no adapter, and says where it has a place`() throws {
    try withFinishedRun("adapter.type=none", "tuning.updates=all") { primer in
      let adapter = try export(primer, "adapterhub", to: "hub")
      #expect(adapter.status == 1)
      #expect(adapter.errors.contains("no adapter"), "\(adapter.errors)")
      #expect(adapter.errors.contains("--format huggingface"), "\(adapter.errors)")
      #expect(try export(primer, "huggingface", to: "whole", "--language", "hi").status == 0)
      #expect(try files(primer, "whole").contains("vocab.txt"))
    }
  }

  @Test func `what is there is not written over unless force says so`() throws {
    try withFinishedRun { primer in
      for (format, path) in [
        ("csv", "points.csv"), ("conll", "predictions"), ("tensorboard", "board"),
        ("adapterhub", "hub"),
      ] {
        #expect(try export(primer, format, to: path).status == 0)
        let again = try export(primer, format, to: path)
        #expect(again.status == 1)
        #expect(again.errors.contains("\(path) already exists; --force"), "\(again.errors)")
        #expect(try export(primer, format, to: path, "--force").status == 0)
      }
      #expect(try export(primer, "csv", to: "hub", "--force").errors.contains("is a folder"))
      #expect(try export(primer, "peft", to: "points.csv", "--force").errors.contains("is a file"))
    }
  }

  @Test func `a run that is not there, not done or without a model is a clear error`() throws {
    try withPrimer { primer in
      let none = try export(primer, "csv", to: "-")
      #expect(none.status == 1 && none.errors.contains("there is no notebook"))
      let book = try Notebook.open(folder: primer.folder.path + "/book", mode: .readWrite)
      var experiment = Experiment()
      try experiment.set("tuning.languages", to: "nl")
      let id = try book.enqueue(experiment)
      #expect(
        try primer("export", "7", "--format", "csv", "--out", "-", "--notebook", "book")
          .errors.contains("there is no run #7"))
      for (format, problem) in [
        ("csv", "run #1 is queued: nothing is measured yet"),
        ("markdown", "run #1 is queued and has no F1 after tuning yet"),
        ("conll", "has no predictions"), ("adapterhub", "expected one that has ended"),
      ] {
        let outcome = try export(primer, format, to: "out")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(problem), "\(outcome.errors)")
      }
      try book.request(.stop, for: id)
      let stopped = try export(primer, "adapterhub", to: "out")
      #expect(stopped.status == 1)
      #expect(
        stopped.errors.contains("is stopped and has tuned no language yet"), "\(stopped.errors)")
      let unknown = try export(primer, "csv", to: "out", "--language", "xx")
      #expect(unknown.errors.contains("its languages are nl"), "\(unknown.errors)")
    }
  }

  @Test(arguments: [
    ["--format", "excel", "--out", "x"], ["--format", "csv"], ["--out", "x"],
    ["--format", "tensorboard", "--out", "-"], ["--format", "peft", "--out", "-"],
    ["--format", "csv", "--out", "x", "--split", "dev"],
    ["--format", "csv", "--out", "x", "--with-encoder"],
  ])
  func `wrong usage ends with status 64`(arguments: [String]) throws {
    try withPrimer { primer in
      let outcome = try primer.run(["export", "last", "--notebook", "book"] + arguments)
      #expect(outcome.status == 64)
    }
  }

  @Test func `the help names every format`() throws {
    try withPrimer { primer in
      let help = try primer("export", "--help")
      #expect(help.status == 0)
      for format in [
        "csv", "jsonl", "tensorboard", "adapterhub", "peft", "huggingface", "latex", "markdown",
        "conll",
      ] {
        #expect(help.output.contains("\n  \(format) "), "\(format)")
      }
    }
  }
}
