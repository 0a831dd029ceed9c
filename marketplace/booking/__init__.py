"""What can be lent or hosted, when it is open, and who has it when: one calendar a resource."""
