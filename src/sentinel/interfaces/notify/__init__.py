"""GOV.UK Notify: email and text messages by the service that UK public bodies use."""
