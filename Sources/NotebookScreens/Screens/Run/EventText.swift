import Foundation
import LabNotebook
import NamedEntities
import RunFolders
import TerminalUI

/// What the log says about an event: the time, a mark, and a sentence.
enum EventText {
  static func line(_ logged: LoggedEvent, zone: TimeZone, glyphs: Glyphs) -> StyledText {
    let (text, role) = sentence(logged.event, glyphs: glyphs)
    return StyledText(
      .init("\(Formatting.clock(logged.time, zone: zone)) ", .faint),
      .init(text, Style(role)))
  }

  /// What happened, and how it is coloured.
  static func sentence(_ event: Event, glyphs: Glyphs = .braille) -> (text: String, role: Role) {
    switch event {
    case .started(let processID, let host, let threads, let engine):
      return ("started on \(host), process \(processID), \(threads) threads, \(engine)", .faint)
    case .phase(let phase, let language):
      return (phase.rawValue + (language.map { " \($0)" } ?? ""), .accent)
    case .innerStep(let step, let task, let language, let innerStep, let loss):
      let place = "step \(step), task \(task) \(language), inner step \(innerStep)"
      return ("\(place): loss \(Formatting.quantity(loss))", .text)
    case .outerStep(let step, _, let loss, _, _):
      return ("outer step \(step): loss \(Formatting.quantity(loss))", .text)
    case .trainingStep(let phase, let language, let step, let loss, _, _):
      let name = [phase.rawValue, language].compactMap(\.self).joined(separator: " ")
      return ("\(name) step \(step): loss \(Formatting.quantity(loss))", .text)
    case .evaluation(let result):
      let score = result.scores.micro
      return (
        "\(result.language) \(result.split): F1 \(Formatting.f1(score.f1)) "
          + "(precision \(Formatting.f1(score.precision)), recall \(Formatting.f1(score.recall)), "
          + "\(result.sentenceCount) sentences)", .success
      )
    case .progress(let progress): return (progress.phase.rawValue, .faint)
    case .settingChanged(let key, let old, let new, let step, _):
      return ("\(key): \(old) → \(new) at step \(step)", .changed)
    case .checkpoint(let step, let path):
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return ("checkpoint at step \(step): \(name)", .faint)
    case .log(let level, let text):
      switch level {
      case .info: return (text, .text)
      case .warning: return ("! \(text)", .warning)
      case .error: return ("\(glyphs == .ascii ? "x" : "✗") \(text)", .error)
      }
    case .resumed(let place, _): return ("resumed at \(place)", .changed)
    case .stateChanged(let state): return (state.rawValue, state.role)
    }
  }
}
