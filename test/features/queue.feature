Feature: Agents that wait for their turn
  More agents than may work at once wait, first come, first served, wherever their window is.

  Background:
    Given the configuration `limits: { global: { max_concurrent_agents: 2 } }`
    And the windows "left" and "right"

  @D2 @D8
  Scenario: The third of two waits, and is told when its turn comes
    When run "first" begins in window "left"
    Then it may begin
    When run "second" begins in window "right"
    Then it may begin
    When run "third" begins in window "right"
    Then it is queued at place 1
    When run "fourth" begins in window "left"
    Then it is queued at place 2
    When run "second" ends in window "right"
    Then window "left" is told that it is the turn of "third"
    And window "right" is told that it is the turn of "third"
    And the queue is "fourth"
    When run "third" begins in window "right"
    Then it may begin

  @D2
  Scenario: Nobody overtakes whoever waits
    When run "first" begins in window "left"
    And run "second" begins in window "left"
    And run "third" begins in window "left"
    And run "first" ends in window "left"
    And run "fourth" begins in window "right"
    Then it is queued at place 1
    When run "third" begins in window "left"
    Then it may begin

  @D2
  Scenario: Whoever gives up makes room for the next
    When run "first" begins
    And run "second" begins
    And run "third" begins
    And run "fourth" begins
    And run "third" is taken out of the queue
    Then the queue is "fourth"
    When run "first" ends
    And run "fourth" begins
    Then it may begin

  @D2
  Scenario: Who waits in the call learns at once that the wait was cancelled
    When run "first" begins
    And run "second" begins
    And run "third" asks to begin, and waits
    And run "third" is taken out of the queue
    Then the waiting "third" is told that its wait was cancelled

  @D2
  Scenario: A call that waits is answered when its turn comes
    When run "first" begins
    And run "second" begins
    And run "third" asks to begin, and waits
    And run "first" ends
    Then the waiting "third" is told that it may begin

  @D2 @D6
  Scenario: The queue outlives the window that kept it
    When run "first" begins in window "right"
    And run "second" begins in window "right"
    And run "third" begins in window "right"
    And run "fourth" begins in window "right"
    And window "left" dies
    And run "fourth" begins in window "right"
    Then it is queued at place 2
    When run "second" ends in window "right"
    Then window "right" is told that it is the turn of "third"
