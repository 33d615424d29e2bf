"""What a status page is: values without files, clocks or languages of output."""
