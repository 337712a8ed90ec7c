"""What is true of recommendations: under which terms readers are counted, what a run's card says."""
