package import Tensors

/// An encoder with a tagging head.
package struct TokenClassifier: Sendable {
  /// The encoder, perhaps with an adapter inside.
  package var encoder: Encoder
  /// The head on top.
  package var head: TaggingHead
  /// Whether losses and tags are computed without padding, or on padded rows: the fast form or the
  /// plain one.
  package var isPacked: Bool

  /// A classifier from its two parts.
  package init(encoder: Encoder, head: TaggingHead, isPacked: Bool = true) {
    self.encoder = encoder
    self.head = head
    self.isPacked = isPacked
  }

  /// Scores for each tag, (batch, subwords, tags).
  package func logits(
    _ parameters: Parameters, _ input: PaddedInput, generator: TensorGenerator? = nil
  ) -> Tensor {
    let hidden = encoder.hiddenStates(parameters, input, generator: generator)
    let dropped = dropout(hidden, encoder.configuration.hiddenDropout, generator)
    return head.logits(parameters, dropped)
  }

  /// The mean cross entropy over labelled subwords, a scalar.
  package func loss(
    _ parameters: Parameters, _ batch: TokenClassificationBatch, generator: TensorGenerator? = nil
  ) -> Tensor {
    guard isPacked else {
      return logits(parameters, padded(batch.subwords), generator: generator)
        .reshaped([-1, head.tagCount])
        .crossEntropy(batch.paddedLabels.reshaped([-1]))
    }
    let labelled = batch.labelled
    precondition(!labelled.isEmpty, "A batch has at least one labelled subword")
    let hidden = encoder.hiddenStates(parameters, batch.subwords, generator: generator)
    let rows = hidden.embedding(Tensor(integers: labelled, shape: [labelled.count]))
    let dropped = dropout(rows, encoder.configuration.hiddenDropout, generator)
    return head.logits(parameters, dropped).crossEntropy(
      Tensor(integers: labelled.map { batch.labels[$0] }, shape: [labelled.count]))
  }

  private func padded(_ subwords: SubwordBatch) -> PaddedInput {
    PaddedInput(subwords, paddingID: encoder.configuration.paddingID)
  }

  /// The tag with the largest score for each subword, in the order of the batch.
  package func bestTags(
    _ parameters: Parameters, _ subwords: SubwordBatch, withProbabilities: Bool = false
  ) -> [TagChoice] {
    withoutGradients {
      guard isPacked else {
        let input = padded(subwords)
        let tags = choices(
          logits(parameters, input).reshaped([-1, head.tagCount]), withProbabilities)
        return input.places.map { tags[$0] }
      }
      let lengths = subwords.lengths
      // There is nothing to compute for sentences without a subword.
      let sentences = lengths.indices.filter { lengths[$0] > 0 }
      let parts = Workers.divide(sentences.map { lengths[$0] }, into: Workers.count)
        .map { part in part.map { sentences[$0] } }.filter { !$0.isEmpty }
      let best = Workers.map(parts.count) { number in
        withoutGradients {
          let hidden = encoder.hiddenStates(parameters, subwords.selecting(parts[number]))
          return choices(head.logits(parameters, hidden), withProbabilities)
        }
      }
      var tags = [TagChoice](
        repeating: TagChoice(tag: 0, probability: nil), count: subwords.ids.count)
      for (part, chosen) in zip(parts, best) {
        for (place, tag) in zip(part.flatMap { subwords.range(of: $0) }, chosen) {
          tags[place] = tag
        }
      }
      return tags
    }
  }

  /// The best tag of each row of scores (subwords, tags).
  private func choices(_ scores: Tensor, _ withProbabilities: Bool) -> [TagChoice] {
    let best = scores.argmax().integers
    guard withProbabilities else { return best.map { TagChoice(tag: $0, probability: nil) } }
    let shares = scores.softmax().floats
    return best.enumerated().map { subword, tag in
      TagChoice(tag: tag, probability: shares[subword * head.tagCount + tag])
    }
  }
}

/// The tag that a model gives a subword or a word, and how sure it is of it.
package struct TagChoice: Hashable, Sendable {
  /// The tag's id.
  package var tag: Int
  /// The softmax probability of the tag; nil where it was not asked for, and for a word that the
  /// encoder does not read.
  package var probability: Float?

  /// A tag, perhaps with its probability.
  package init(tag: Int, probability: Float?) {
    self.tag = tag
    self.probability = probability
  }
}
