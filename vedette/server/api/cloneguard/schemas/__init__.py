"""What goes in and out of this dialect, declared: serializers that check input and describe answers."""
